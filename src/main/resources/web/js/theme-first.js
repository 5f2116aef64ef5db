// Before the first paint, so that a light page never flashes dark: the URL decides, then the last choice, then the system.
(() => {
  const address = location.hash + location.search;
  const chosen = (name, allowed) => {
    const asked = new RegExp(`[?&]${name}=(${allowed})\\b`).exec(address);
    try {
      const kept = localStorage.getItem(`tocsin.${name}`);
      return asked?.[1] ?? (new RegExp(`^(${allowed})$`).test(kept) ? kept : null);
    } catch {
      return asked?.[1] ?? null; // Storage can be forbidden; the system's choice stands.
    }
  };
  const root = document.documentElement;
  root.dataset.theme =
    chosen('theme', 'dark|light') ?? (matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark');
  root.dataset.palette = chosen('palette', 'usual|safe') ?? 'usual';
  root.classList.toggle('is-wall', /[?&]wall=[^&]/.test(address));
})();
