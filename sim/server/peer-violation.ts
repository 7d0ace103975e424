/** What a device can do against the protocol: the rules that the reference DM Server holds it to. */

export const PEER_RULES = [
  // HTTP itself
  'http.malformed', // not HTTP, or headers too large
  // Package#1 (CR 6.2 step 1)
  'package1.dev_id', // OMADM-DevID missing or unusable
  'package1.media_type',
  'package1.accept', // Accept excludes Package#2's type: 406; or is missing: served nevertheless
  'package1.too_large',
  'package1.invalid', // not UTF-8, not JSON, wrong structure
  'package1.trigger', // none of the three alerts every session starts with; served nevertheless
  // Package#3 (CR 6.2 step 4)
  'package3.dev_id',
  'package3.media_type',
  'package3.accept',
  'package3.too_large',
  'package3.invalid',
  'package3.no_session', // nothing was asked of this device
  'package3.status_count', // not one status for each command
  'package3.wrong_uri', // CONT was not followed, or followed without being asked; served nevertheless
  'package3.ui_session', // the end of a UI Session that no SHOW started, or no end at all; served nevertheless
  // Data Repository (steps 3b, 3c)
  'repository.media_type',
  'repository.too_large',
  'repository.malformed_mo',
  // Web Server Component (step 3a)
  'ui.cookie', // the UI Session's cookie did not come back
  'ui.media_type',
  'ui.too_large',
  'ui.fields', // the form came back without what it must hold
  // push channel
  'push.dev_id',
  'push.subprotocol',
  'push.frame',
] as const;
export type PeerRule = (typeof PEER_RULES)[number];

/** Longest example kept, in characters. */
export const LONGEST_EXAMPLE = 200;
