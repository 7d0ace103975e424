/** The header section of a request: the device's own headers, the user's extra ones, the cookies. */

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Connection management and framing belong to the transport. */
const RESERVED = ['connection', 'content-length', 'expect', 'keep-alive', 'transfer-encoding', 'upgrade'];

/** Why a header given by the user cannot be sent; `undefined`: it can. For configuration checks. */
export function headerObjection(name: string, value: string): string | undefined {
  if (!TOKEN.test(name)) return 'the name is no HTTP token';
  if (RESERVED.includes(name.toLowerCase())) return 'the transport sets this header itself';
  if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) return 'the value holds control or non-Latin-1 characters';
  return undefined;
}

export class RequestHeaders {
  private readonly extra: readonly (readonly [name: string, lowerCase: string, value: string])[];
  private readonly extraOrigin: string | undefined;

  /** @throws RangeError for a header that cannot be sent: configuration was not checked. */
  constructor(extra: Readonly<Record<string, string>>, extraOrigin: string | undefined) {
    for (const [name, value] of Object.entries(extra)) {
      const objection = headerObjection(name, value);
      if (objection !== undefined) throw new RangeError(`extra header ${JSON.stringify(name)}: ${objection}`);
    }
    this.extra = Object.entries(extra).map(([name, value]) => [name, name.toLowerCase(), value]);
    this.extraOrigin = extraOrigin;
  }

  /** What a request to that origin carries. Where the device itself sends a header, the extra one yields. */
  of(
    headers: Readonly<Record<string, string>>,
    cookie: string | undefined,
    origin: string,
  ): Record<string, string> {
    const extra = this.extraOrigin === undefined || this.extraOrigin === origin ? this.extra : [];
    const cookies = cookie !== undefined && cookie !== '';
    // The common case copies nothing; undici only reads.
    if (extra.length === 0 && !cookies) return headers;
    const all: Record<string, string> = { ...headers };
    if (cookies) all['Cookie'] = sendable(cookie);
    const own = Object.keys(all).map((name) => name.toLowerCase());
    for (const [name, lowerCase, value] of extra) if (!own.includes(lowerCase)) all[name] = value;
    return all;
  }
}

/** Cookies come from peers: what cannot stand in a header is left out rather than trusted. */
function sendable(value: string): string {
  return value.replace(/[^\t\x20-\x7e\x80-\xff]/g, '');
}
