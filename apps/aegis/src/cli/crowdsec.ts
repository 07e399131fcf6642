import { Command } from 'commander';
import { type ConnectOptions, connect, withConnection } from './connect.ts';
import type { CommandContext } from './frame/command-context.ts';
import { outputFor } from './frame/output.ts';
import { renderTable } from './frame/table.ts';

/** `aegis crowdsec machines|approve|remove`. */
export function crowdsecCommand(context: CommandContext): Command {
  return new Command('crowdsec')
    .description('CrowdSec agents that send their alerts here')
    .addCommand(machinesCommand(context))
    .addCommand(approveCommand(context))
    .addCommand(removeCommand(context))
    .addHelpText(
      'after',
      `
Turn the server for CrowdSec's programs on with crowdsec.enabled. Bouncers use
a key: aegis keys create firewall --role enforcer. Agents register themselves
(cscli lapi register --url http://HOST:8080) and wait to be approved here.

Examples:
  aegis crowdsec machines
  aegis crowdsec approve web-1`,
    );
}

function machinesCommand(context: CommandContext): Command {
  return withConnection(new Command('machines'))
    .description('agents that may send alerts, and those that wait')
    .addHelpText('after', '\nExample:\n  aegis crowdsec machines')
    .action(async (options: ConnectOptions) => {
      const output = outputFor(context.terminal, options);
      const machines = await connect(context, options).listMachines();
      output.answer({ machines }, ({ faint, good, warn }) =>
        machines.length === 0
          ? ['no agent has registered yet: cscli lapi register --url http://HOST:8080']
          : renderTable(
              [{ title: 'name' }, { title: 'may send alerts' }, { title: 'registered' }],
              machines.map(({ id, approved, created }) => [
                id,
                approved ? good('yes') : warn('waits'),
                created,
              ]),
              { width: output.width, heading: faint },
            ),
      );
    });
}

function approveCommand(context: CommandContext): Command {
  return withConnection(new Command('approve'))
    .description('let an agent send alerts')
    .argument('<name>', 'its name, from aegis crowdsec machines')
    .addHelpText('after', '\nExample:\n  aegis crowdsec approve web-1')
    .action(async (name: string, options: ConnectOptions) => {
      const machine = await connect(context, options).approveMachine(name);
      outputFor(context.terminal, options).answer(machine, ({ good }) => [
        `${good('approved')} ${machine.id}`,
      ]);
    });
}

function removeCommand(context: CommandContext): Command {
  return withConnection(new Command('remove'))
    .description('take an agent off: it must register again')
    .argument('<name>', 'its name, from aegis crowdsec machines')
    .addHelpText('after', '\nExample:\n  aegis crowdsec remove web-1')
    .action(async (name: string, options: ConnectOptions) => {
      await connect(context, options).removeMachine(name);
      outputFor(context.terminal, options).answer({ removed: name }, ({ good }) => [
        `${good('removed')} ${name}`,
      ]);
    });
}
