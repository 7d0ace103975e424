/** Media types of the HTTP binding (protocol.md section 2). */

export const MEDIA_TYPE = {
  package1: 'application/vnd.oma.dm.initiation+json',
  package2: 'application/vnd.oma.dm.request+json',
  package3: 'application/vnd.oma.dm.response+json',
  /** Ours: neither source names the type of an MO serialization. */
  mo: 'application/vnd.oma.dm.mo+json',
  json: 'application/json',
} as const;

export const HEADER = { devId: 'OMADM-DevID', accept: 'OMADM-Accept' } as const;
