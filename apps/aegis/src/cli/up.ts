import { Command } from 'commander';
import { createLogger } from '../node/logger.ts';
import { secureRandom } from '../node/secure-random.ts';
import type { StartedNode } from '../node/start-node.ts';
import { maskerFor } from '../trail/masker-for.ts';
import type { CommandContext } from './frame/command-context.ts';
import { type Output, outputFor } from './frame/output.ts';
import { requireSecrets } from './frame/require-secrets.ts';
import { type NodeOptions, nodeConfig } from './node-config.ts';
import { untilAborted } from './until-aborted.ts';

interface UpOptions extends NodeOptions {
  readonly json?: boolean;
}

/** `aegis up`: a node, for real use, until it is told to stop. */
export function upCommand(context: CommandContext): Command {
  return new Command('up')
    .description('start a node: API, check endpoint, web decoy and analysis')
    .option(
      '-c, --config <file>',
      'config file (default: ./aegis.yaml or /etc/aegis/aegis.yaml, where there is one)',
    )
    .option('--data-dir <dir>', 'where everything is kept (default: data_dir of the config, ./aegis-data)')
    .option('--json', 'say where it listens as one JSON line')
    .addHelpText(
      'after',
      `
Examples:
  aegis up                      start with the defaults, data in ./aegis-data
  aegis up --config prod.yaml   start with a config file
  AEGIS_HTTP_PORT=9000 aegis up
  aegis config print --sources  what would be in force, and why

Stops on Ctrl-C or SIGTERM once everything in hand is finished.`,
    )
    .action(async (options: UpOptions) => {
      const config = nodeConfig(context, options);
      const { clock, terminal, signal } = context;
      const secrets = requireSecrets(context);
      const logger = createLogger({ ...config.log, masker: maskerFor(config.masking, 'logs') });
      // Here and not above: the other commands start in half the time.
      const { startNode } = await import('../node/start-node.ts');
      const node = await startNode({ config, secrets, clock, random: secureRandom, logger });
      welcome(node, config.dataDir, outputFor(terminal, options));
      await untilAborted(signal);
      await node.stop();
    });
}

function welcome(
  { services, api, proxied, decoy, crowdsec, grpc, firstAdminKey }: StartedNode,
  dataDir: string,
  output: Output,
): void {
  const { id, version } = services.node;
  const facts = {
    ...{ node: id, version, api },
    ...(proxied === undefined ? {} : { proxied }),
    ...(decoy === undefined ? {} : { decoy }),
    ...(crowdsec === undefined ? {} : { crowdsec }),
    ...(grpc === undefined ? {} : { grpc }),
    data_dir: dataDir,
  };
  output.answer(
    firstAdminKey === undefined ? facts : { ...facts, admin_key: firstAdminKey },
    ({ strong, faint, accent, warn }) => [
      `${strong('aegis')} ${version}  node ${strong(id)}`,
      '',
      `  API      ${accent(api)}  ${faint('(described at /openapi.json)')}`,
      `  console  ${accent(`${api}/console`)}`,
      ...(proxied === undefined
        ? []
        : [`  proxies  ${accent(proxied)}  ${faint('(the API behind the PROXY protocol)')}`]),
      ...(decoy === undefined
        ? []
        : [`  decoy    ${accent(decoy)}  ${faint('(every visit becomes a session)')}`]),
      ...(crowdsec === undefined
        ? []
        : [`  CrowdSec ${accent(crowdsec)}  ${faint('(for its bouncers and agents)')}`]),
      ...(grpc === undefined
        ? []
        : [`  gRPC     ${accent(grpc)}  ${faint('(for Envoy, and programs that ask)')}`]),
      `  data     ${dataDir}`,
      '',
      ...(firstAdminKey === undefined
        ? []
        : [`  ${warn('Admin key, shown this once:')}  ${strong(firstAdminKey)}`, '']),
      faint('Commands on this machine find the node by its data directory:'),
      faint('  aegis check 192.0.2.1'),
      faint('Ctrl-C stops it.'),
    ],
  );
}
