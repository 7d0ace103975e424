/** What the peer does against the protocol: counted under a rule's name, with one example kept. */

export const VIOLATION_RULES = [
  // Package#2 as a whole
  'package2.wrong_status', // a 2xx other than 200, or a redirect
  'package2.wrong_media_type',
  'package2.invalid_json',
  'package2.not_an_object',
  'package2.cmd_missing',
  'package2.cmd_not_an_array',
  'package2.too_large',
  'package2.too_deep',
  'package2.encoding', // Content-Encoding unknown or its data broken
  'package2.empty', // CMD: []
  'package2.endless', // bound on iterations reached
  // single commands
  'package2.command_not_an_array',
  'package2.unknown_command',
  'package2.malformed_command', // parameters missing, not strings, of the wrong kind
  'package2.command_behind_end',
  // data repository and web server
  'repository.wrong_media_type',
  'repository.malformed_mo',
  'repository.too_large',
  // HTTP itself
  'http.malformed',
  'http.headers_too_large',
] as const;
export type ViolationRule = (typeof VIOLATION_RULES)[number];

export interface Violation {
  readonly rule: ViolationRule;
  /** One line that shows where and what, at most 200 characters; never holds a secret. */
  readonly example: string;
}
