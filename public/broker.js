// @ts-check
/**
 * Keeps the banner true that tells a supervisor whether messages come (`[data-broker]`). It asks `/api/broker` now and
 * then; a server that does not answer is told by the page in another way, so the banner stays as it is.
 */

/** Between questions, in milliseconds. */
const EVERY = 10_000;

/** @type {HTMLElement | null} */
const banner = document.querySelector('[data-broker]');

async function ask() {
  const words = banner?.querySelector('span');
  if (!banner || !words || document.visibilityState !== 'visible') return;
  try {
    const answer = await fetch('/api/broker', { headers: { accept: 'application/json' } });
    if (!answer.ok) return;
    const said = (await answer.json()).words;
    if (typeof said === 'string' && words.textContent !== said) words.textContent = said;
    banner.hidden = typeof said !== 'string';
  } catch {
    // No connection.
  }
}

if (banner) {
  setInterval(() => void ask(), EVERY);
  document.addEventListener('visibilitychange', () => void ask());
}

// A module, so that its names are its own.
export {};
