/** What a .dockerignore file leaves in the context of an image's build. */

/**
 * Tells of a path, relative to the context, whether it is left in. As with Docker the last pattern that fits decides,
 * and a pattern that fits a folder fits what is in it.
 */
export function dockerContext(source: string): (path: string) => boolean {
  const rules = source
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ keeps: line.startsWith('!'), fits: expression(line.replace(/^!/, '')) }));
  return (path) => rules.findLast(({ fits }) => fits.test(path))?.keeps ?? true;
}

function expression(pattern: string): RegExp {
  const parts = pattern.split('/').map((part) =>
    part === '**'
      ? undefined
      : part
          .replaceAll(/[.+^${}()|\\]/g, '\\$&')
          .replaceAll('*', '[^/]*')
          .replaceAll('?', '[^/]'),
  );
  const body = parts.map((part, i) =>
    part === undefined ? '(?:[^/]+/)*' : i < parts.length - 1 ? `${part}/` : part,
  );
  return new RegExp(`^${body.join('')}(?:/.*)?$`);
}
