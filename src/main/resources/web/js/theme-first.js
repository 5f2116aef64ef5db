// Before the first paint, so that a light page never flashes dark: the URL decides, then the last choice, then the system.
(() => {
  const asked = /[?&]theme=(dark|light)\b/.exec(location.hash + location.search);
  let theme = asked && asked[1];
  try {
    theme = theme || localStorage.getItem('tocsin.theme');
  } catch {
    // Storage can be forbidden; the system's choice stands.
  }
  if (theme !== 'dark' && theme !== 'light')
    theme = matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
  document.documentElement.dataset.theme = theme;
})();
