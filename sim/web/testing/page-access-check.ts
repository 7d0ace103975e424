/** Looks a page over for what keeps people out: controls without a name, faint text, doubled ids. */
import { type Page } from 'playwright-core';

/** One line a finding; runs in the page as it stands now. */
export function complaintsAboutAccess(page: Page): Promise<readonly string[]> {
  return page.evaluate(`(${CHECK})()`);
}

/** Written as text: it is the browser that runs it. Contrast: WCAG 2.2, 1.4.3 (AA). */
const CHECK = String.raw`() => {
  const findings = [];
  const isSeen = (node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const where = (node) => node.tagName.toLowerCase() + (node.id ? '#' + node.id : '.' + node.className);

  for (const node of document.querySelectorAll('button, input, select, summary, [tabindex], section, table, [role]')) {
    if (!isSeen(node)) continue;
    const labelled = node.getAttribute('aria-labelledby');
    const name =
      node.getAttribute('aria-label') ??
      (labelled === null ? null : document.getElementById(labelled)?.textContent) ??
      [...(node.labels ?? [])].map((label) => label.textContent).join(' ');
    const text = node.matches('input, select, section, table') ? node.caption?.textContent : node.textContent;
    if (!(name || text || '').trim() && node.getAttribute('role') !== 'status') findings.push(where(node) + ' has no name');
  }

  const ids = [...document.querySelectorAll('[id]')].map((node) => node.id);
  for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) findings.push('two elements #' + id);
  if (document.querySelectorAll('h1').length !== 1) findings.push('not one h1');
  if (document.documentElement.lang === '') findings.push('no language');

  const channels = (colour) => (/rgba?\(([^)]+)\)/.exec(colour)?.[1] ?? '0,0,0,0').split(/[ ,/]+/).map(Number);
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (node) => {
    for (let at = node; at !== null; at = at.parentElement) {
      const colour = channels(getComputedStyle(at).backgroundColor);
      if ((colour[3] ?? 1) > 0.99) return colour;
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const told = new Set();
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || node.closest('script, style, noscript, .unseen, .skip') || !isSeen(node)) continue;
    const style = getComputedStyle(node);
    const [light, dark] = [luminance(channels(style.color)), luminance(ground(node))].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    const size = parseFloat(style.fontSize);
    const needed = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    const finding = where(node) + ' has contrast ' + ratio.toFixed(2);
    if (ratio < needed && !told.has(finding)) findings.push(finding + ': ' + walker.currentNode.data.trim().slice(0, 30));
    told.add(finding);
  }
  return findings;
}`;
