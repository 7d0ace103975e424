/** The implementations of HttpClient, by the names that users know them by; apart from their code, which is large. */

/** `net`: bare sockets, made for load; `undici`: a general client, for odd servers and as the cross-check. */
export const HTTP_TRANSPORTS = ['net', 'undici'] as const;
export type HttpTransport = (typeof HTTP_TRANSPORTS)[number];
