/** A k6 script for a test: reads the pages of a JSON file with k6's parser and logs what it has found. */
import { k6Html } from '../swarm/html-parser.ts';

declare const console: { log(text: string): void };

const pages = JSON.parse(open(__ENV['PAGES'] ?? '')) as readonly string[];

export const options = { iterations: 1 };

export default function readPages(): void {
  for (const [i, text] of pages.entries())
    console.log(
      `page ${i} ${JSON.stringify(k6Html.parse(text), (_, value: unknown) => (value instanceof Map ? [...value].sort() : value))} end`,
    );
}
