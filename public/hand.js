// @ts-check
/**
 * Where the hand is, for what stands above the cards and is not the program's: while a hand is on them nothing there may
 * come or go that would move them. The rules are those by which the columns keep their cards in place (`hand.rs`).
 */

/** How long after a touch cards stay in place: a finger has no pointer that rests. In milliseconds. */
const AFTER_TOUCH = 6_000;
/** A hand that has done nothing for so long has left, in milliseconds. */
const IDLE = 60_000;

let moved = -Infinity;
let touched = -Infinity;

/** Whether a hand is on the cards. */
export function isAtWork() {
  const now = performance.now();
  if (now - touched < AFTER_TOUCH) return true;
  if (now - moved > IDLE) return false;
  // After a touch a card counts as hovered for as long as nothing else is touched.
  const rests = matchMedia('(hover: hover)').matches ? '[data-column]:hover, ' : '';
  return document.querySelector(`${rests}[data-column] :focus-visible`) !== null;
}

if (globalThis.document) {
  for (const name of ['pointermove', 'pointerdown', 'keydown', 'wheel']) {
    addEventListener(name, () => { moved = performance.now(); }, { passive: true, capture: true });
  }
  addEventListener('pointerdown', ({ pointerType, target }) => {
    const onCards = target instanceof Element && target.closest('[data-column]') !== null;
    if (pointerType !== 'mouse' && onCards) touched = performance.now();
  }, { passive: true, capture: true });
}
