/** The live page as one file: script and styles bundled and written into the template, nothing loaded from elsewhere. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const FOLDER = 'sim/web/page';
/** The marks in the template; that of the run's data stays, for whoever makes a report of the page. */
const STYLE = '<!--style-->';
const SCRIPT = '<!--script-->';

/** Writes the page to `file`. `root`: the project's folder. */
export async function bundlePage(root, file) {
  const { build: bundle } = await import('esbuild');
  const { outputFiles } = await bundle({
    absWorkingDir: root,
    entryPoints: { script: join(root, FOLDER, 'main.ts') },
    outdir: 'page',
    write: false,
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: ['chrome100', 'firefox100', 'safari15.4'],
    charset: 'utf8',
    legalComments: 'none',
    // `import { type … }` must leave nothing behind: what the types describe is often not for browsers.
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: false } },
    logLevel: 'warning',
  });
  const style = await bundle({
    absWorkingDir: root,
    stdin: {
      contents: "@import 'uplot/dist/uPlot.min.css'; @import './style.css';",
      loader: 'css',
      resolveDir: join(root, FOLDER),
    },
    write: false,
    bundle: true,
    minify: true,
    charset: 'utf8',
    logLevel: 'warning',
  });
  const page = filled(readFileSync(join(root, FOLDER, 'page.html'), 'utf8'), [
    [STYLE, `<style>${style.outputFiles[0].text.replaceAll('</', '<\\/')}</style>`],
    [SCRIPT, `<script>${outputFiles[0].text.replaceAll('</script', '<\\/script')}</script>`],
  ]);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, page);
}

/** The template with each mark replaced; a mark that is missing is a defect of the template. */
function filled(template, parts) {
  let page = template;
  for (const [mark, text] of parts) {
    const at = page.indexOf(mark);
    if (at < 0) throw new Error(`${FOLDER}/page.html has no ${mark}`);
    // Not by replace(): `$&` in a script must stay what it is.
    page = page.slice(0, at) + text + page.slice(at + mark.length);
  }
  return page;
}
