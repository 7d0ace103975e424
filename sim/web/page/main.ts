/** The page's entry: shows the run embedded in it, or the live one behind `/feed`. */
const data = document.getElementById('run-data')?.textContent;
document.getElementById('run-name')?.replaceChildren(data === undefined ? 'live' : 'finished');
