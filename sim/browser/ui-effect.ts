/** What a UI Session asks its driver to do, and what comes of it (CR 6.2 steps 3.a.1 to 3.a.3). */

/** One HTTP exchange; redirects and cookies are the browser's own. Resumed with a {@link FetchResult}. */
export interface FetchEffect {
  readonly kind: 'fetch';
  readonly method: 'GET' | 'POST';
  /** Absolute, http or https, without fragment. */
  readonly uri: string;
  /** Everything but what the transport itself knows (Host, Content-Length, Connection). */
  readonly headers: Readonly<Record<string, string>>;
  /** To be sent in UTF-8. */
  readonly body?: string;
}

export type BrowserEffect =
  | FetchEffect
  /** The first page has been opened: in mode `launch` the device goes on here. Yielded once; resumed with `undefined`. */
  | { readonly kind: 'opened' }
  /** The user thinks, or the page lets time pass before its refresh (finite, > 0); resumed with `undefined`. */
  | { readonly kind: 'think'; readonly ms: number }
  /** The user does nothing any more: the driver waits for the bound, then ends the generator or resumes it with `undefined`. */
  | { readonly kind: 'idle' };

export type FetchResult =
  | {
      readonly ok: true;
      readonly status: number;
      /** The header's value, parameters or not; `''` when it is missing. */
      readonly contentType: string;
      readonly location?: string;
      readonly setCookies: readonly string[];
      /** Decoded text; the driver bounds its size. */
      readonly body: string;
    }
  /** No response; `detail` for people, without secrets. */
  | { readonly ok: false; readonly detail: string };

/** `undefined` after every effect but `fetch`. */
export type BrowserResult = FetchResult | undefined;

/** How a UI Session ended. A generator that its driver ended at the bound counts as `timedOut` (a `UiOutcome`). */
export type UiEnd =
  /** The first page could not be opened; `status` is the web server's (400 … 599), 503 when there was no page at all. */
  | { readonly opened: false; readonly status: number; readonly detail: string }
  /** `timedOut`: only when an `idle` was resumed. */
  | { readonly opened: true; readonly outcome: 'done' | 'abandoned' | 'timedOut' };
