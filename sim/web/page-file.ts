/** The bundled page and the headers it is served with: nothing but its own script and style runs in it. */
import { createHash } from 'node:crypto';

export interface PageFile {
  readonly html: Buffer;
  /** For a browser that asked for the page by `host`. */
  headers(host: string): Readonly<Record<string, string>>;
}

/** `html`: the page as scripts/page-bundle.mjs made it; what it has inline is allowed by its hash. */
export function pageFile(html: string): PageFile {
  const scripts = hashesOf(html, /<script>([\s\S]*?)<\/script>/g);
  const styles = hashesOf(html, /<style>([\s\S]*?)<\/style>/g);
  const bytes = Buffer.from(html);
  return {
    html: bytes,
    headers: (host) => ({
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Length': String(bytes.length),
      'Cache-Control': 'no-store',
      'Content-Security-Policy': [
        "default-src 'none'",
        `script-src ${scripts}`,
        `style-src ${styles}`,
        'img-src data:',
        // Not every browser takes 'self' for the WebSocket of the same host.
        `connect-src 'self' ws://${host} wss://${host}`,
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ].join('; '),
      ...PAGE_HEADERS,
    }),
  };
}

/** With every answer. */
export const PAGE_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

function hashesOf(html: string, inline: RegExp): string {
  const hashes = [...html.matchAll(inline)].map(
    ([, text = '']) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
  );
  return hashes.length === 0 ? "'none'" : hashes.join(' ');
}
