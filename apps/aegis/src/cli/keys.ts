import { Command, Option } from 'commander';
import { ROLES, type Role } from '../auth/roles.ts';
import { type ConnectOptions, connect, withConnection } from './connect.ts';
import type { CommandContext } from './frame/command-context.ts';
import { outputFor } from './frame/output.ts';
import { renderTable } from './frame/table.ts';

/** `aegis keys list|create|revoke`. */
export function keysCommand(context: CommandContext): Command {
  return new Command('keys')
    .description('API keys: who may use the API, and for what')
    .addCommand(listCommand(context))
    .addCommand(createCommand(context))
    .addCommand(revokeCommand(context))
    .addHelpText(
      'after',
      `
Roles:
  viewer    reads everything but keys and audit
  operator  viewer, and adds and ends decisions
  admin     everything
  sensor    pushes sessions, nothing else
  enforcer  checks and reads decisions, nothing else
  system    makes keys (not of admins and auditors), looks at the node
  security  operator, and changes the policy
  auditor   reads, proves and exports the audit, nothing else

Examples:
  aegis keys create nginx-edge --role enforcer
  aegis keys revoke 0123456789abcdef`,
    );
}

function listCommand(context: CommandContext): Command {
  return withConnection(new Command('list'))
    .description('all keys, without their secrets')
    .action(async (options: ConnectOptions) => {
      const output = outputFor(context.terminal, options);
      const keys = await connect(context, options).listKeys();
      output.answer({ keys }, ({ faint }) =>
        renderTable(
          [{ title: 'name' }, { title: 'role' }, { title: 'created' }, { title: 'id' }],
          keys.map(({ name, role, created, id }) => [name, role, created, id]),
          { width: output.width, heading: faint },
        ),
      );
    });
}

function createCommand(context: CommandContext): Command {
  return withConnection(new Command('create'))
    .description('make a key and show it, this once')
    .argument('<name>', 'who uses it; signs what is done with it')
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).makeOptionMandatory())
    .action(async (name: string, options: ConnectOptions & { readonly role: Role }) => {
      const created = await connect(context, options).createKey({ name, role: options.role });
      outputFor(context.terminal, options).answer(created, ({ strong, faint }) => [
        strong(created.key),
        faint(`${created.role} key of ${created.name}, id ${created.id}; it is not shown again`),
      ]);
    });
}

function revokeCommand(context: CommandContext): Command {
  return withConnection(new Command('revoke'))
    .description('make a key useless, at once')
    .argument('<id>', 'its id, from aegis keys list')
    .action(async (id: string, options: ConnectOptions) => {
      const revoked = await connect(context, options).revokeKey(id);
      outputFor(context.terminal, options).answer(revoked, ({ good }) => [
        `${good('revoked')} ${revoked.name} (${revoked.role})`,
      ]);
    });
}
