package dev.tocsin;

import io.vertx.core.Vertx;

/** Runs something later, on the context of whoever asks. Tests fire by hand. */
interface Timers {
    /**
     * @param millis 1 or more
     * @return an id for {@link #cancel}
     */
    long after(long millis, Runnable task);

    /** Does nothing where it has fired. */
    void cancel(long id);

    static Timers of(Vertx vertx) {
        return new Timers() {
            @Override
            public long after(long millis, Runnable task) {
                return vertx.setTimer(millis, id -> task.run());
            }

            @Override
            public void cancel(long id) {
                vertx.cancelTimer(id);
            }
        };
    }
}
