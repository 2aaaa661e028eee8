/* Classic script, ES3: it must run where the app itself can't. It sets the chosen look before the
   first paint, and says so when the browser is below the floor or the app did not start. */
(function () {
  var root = document.documentElement;
  var theme = null;
  try {
    theme = localStorage.getItem('minqing.theme');
    if (localStorage.getItem('minqing.large') === '1') root.className += ' large';
    if (localStorage.getItem('minqing.locale') === 'en') root.lang = 'en';
  } catch (e) {
    /* Storage may be blocked; the defaults do. */
  }

  try {
    // The router parses this, and an error thrown at the start costs 50 ms on a slow phone: Chromium
    // reads the whole script again to tell where it happened.
    if (!sessionStorage.getItem('vue-router:scroll')) {
      sessionStorage.setItem('vue-router:scroll', '{}');
    }
  } catch (e) {
    /* The router does without it, too. */
  }

  if (theme !== 'light' && theme !== 'dark') {
    theme =
      window.matchMedia && matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  }
  root.setAttribute('data-theme', theme);

  function supported() {
    return (
      'noModule' in document.createElement('script') &&
      typeof Promise === 'function' &&
      typeof Promise.allSettled === 'function' &&
      typeof Array.prototype.at === 'function' &&
      typeof Object.hasOwn === 'function' &&
      typeof structuredClone === 'function' &&
      typeof HTMLDialogElement === 'function' &&
      typeof indexedDB === 'object'
    );
  }

  function tell(id) {
    var note = document.getElementById(id);
    if (note && !root.hasAttribute('data-started')) note.removeAttribute('hidden');
  }

  function failed() {
    tell(supported() ? 'failed' : 'unsupported');
  }

  document.addEventListener('DOMContentLoaded', function () {
    if (!supported()) tell('unsupported');
    document.getElementById('reopen').onclick = function () {
      location.reload();
    };
  });
  document.addEventListener('minqing-failed', failed);
  // A script that could not be loaded or parsed; such errors don't bubble, hence the capture.
  addEventListener('error', failed, true);
})();
