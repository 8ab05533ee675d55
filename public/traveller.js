// @ts-check
/** The traveller's button, for those who do not know the browser's own way to print. */
document.addEventListener('click', ({ target }) => {
  if (target instanceof Element && target.closest('[data-print]')) print();
});
