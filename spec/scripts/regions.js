/* The theme makes these while one reads: a table that scrolls takes the keyboard, and the button
   that copies a block of code is no navigation of the page. */
const regions = () => {
  for (const table of document.querySelectorAll('.md-typeset__scrollwrap:not([tabindex])')) table.tabIndex = 0;
  for (const buttons of document.querySelectorAll('nav.md-code__nav:not([role])')) buttons.setAttribute('role', 'none');
};
new MutationObserver(regions).observe(document.body, { childList: true, subtree: true });
regions();
