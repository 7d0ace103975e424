/** All load shapes there are. */
import { ClosedLoad } from './closed.ts';
import { type LoadShape, type LoadSpec } from './load-shape.ts';
import { PollingLoad } from './polling.ts';

/** @throws RangeError for parameters that nobody has checked. */
export function loadShape(spec: LoadSpec, seed: number): LoadShape {
  switch (spec.shape) {
    case 'closed':
      return new ClosedLoad(spec, seed);
    case 'polling':
      return new PollingLoad(spec, seed);
    default:
      return spec satisfies never;
  }
}
