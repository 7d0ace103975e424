/** Campaigns for tests, written as a user would. */
import { type Campaign, parseCampaign } from '../campaign.ts';
import { describeFault } from '../../protocol/fault.ts';

/** @throws Error for a campaign that is not right */
export function campaignOf(yaml: string): Campaign {
  const campaign = parseCampaign(yaml, 'test.yaml');
  if (!campaign.ok) throw new Error(describeFault(campaign.fault));
  return campaign.value;
}

/** Two iterations: a GET, then END. */
export const GET_THEN_END = `
name: short
steps:
  - cmd: [[GET, 'urn:oma:mo:oma-dm-devinfo:1.2//Man']]
  - cmd: [[END]]
`;
