import { SOSA_STATES, type SosaState } from '@aegis/memory';
import { Command } from 'commander';
import type { CampaignDocument } from '../../http/documents/memory-document.ts';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { outputFor } from '../frame/output.ts';
import type { Style } from '../frame/style.ts';
import { renderTable } from '../frame/table.ts';

/** `aegis memory campaigns`. */
export function campaignsCommand(context: CommandContext): Command {
  return withConnection(new Command('campaigns'))
    .description('how the campaigns of the last hour stand, and what is next')
    .action(async (options: ConnectOptions) => {
      const output = outputFor(context.terminal, options);
      const campaigns = await connect(context, options).listCampaigns();
      output.answer({ campaigns }, (style) =>
        campaigns.length === 0
          ? ['no campaign in the last hour']
          : campaignTable(campaigns, output.width, style),
      );
    });
}

function campaignTable(
  campaigns: readonly CampaignDocument[],
  width: number,
  { good, warn, bad, faint }: Style,
): readonly string[] {
  const marks: Readonly<Record<SosaState, (text: string) => string>> = {
    normal: good,
    suspicious: warn,
    confirmed: bad,
    escalating: bad,
    sustained: bad,
    declining: warn,
  };
  const next = ({ forecast }: CampaignDocument): string => {
    const likeliest = SOSA_STATES.reduce((best, state) => (forecast[state] > forecast[best] ? state : best));
    return `${likeliest} ${percent(forecast[likeliest])}`;
  };
  return renderTable(
    [
      { title: 'pattern' },
      { title: 'state', mark: (cell, row) => marks[campaigns[row]?.state ?? 'normal'](cell) },
      { title: 'sure', align: 'right' },
      { title: 'per 30 s', align: 'right' },
      { title: 'next' },
    ],
    campaigns.map((campaign) => [
      campaign.pattern,
      campaign.state,
      percent(campaign.probability),
      campaign.level.toFixed(1),
      next(campaign),
    ]),
    { width, heading: faint },
  );
}

function percent(share: number): string {
  return `${Math.round(100 * share)}%`;
}
