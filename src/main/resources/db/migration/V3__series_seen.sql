-- The minute (since 1970) that the ten days begin with in which something of the series was last written. Beyond what
-- history is kept, the series itself goes.
ALTER TABLE series ADD COLUMN seen integer NOT NULL DEFAULT floor(extract(epoch FROM now()) / 60 / 14400)::integer * 14400;
ALTER TABLE series ALTER COLUMN seen DROP DEFAULT;
