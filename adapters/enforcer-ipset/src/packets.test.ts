import { packetContract } from '@aegis/packet-filter/contract';
import { createIpsetEnforcer } from './ipset-enforcer.ts';
import { createSpawnedTools } from './spawned-tools.ts';

packetContract('ipset', 'ipset', {
  open: (gateway, clock, protectedPrefixes) =>
    createIpsetEnforcer({ tools: createSpawnedTools(gateway.inside()), clock, protectedPrefixes }),
  async addOthers(gateway) {
    await gateway.run('ipset', 'create', 'others', 'hash:ip');
    await gateway.run(
      'iptables',
      '-t',
      'raw',
      '-A',
      'PREROUTING',
      '-m',
      'set',
      '--match-set',
      'others',
      'src',
    );
    await gateway.run('ip6tables', '-t', 'mangle', '-N', 'OTHERS');
  },
  async inKernel(gateway) {
    const tables = ['iptables', 'ip6tables'].flatMap((program) =>
      ['raw', 'mangle', 'filter'].map((table) => [program, '-t', table, '-S']),
    );
    const listed = [['ipset', 'list', '-n'], ...tables].map(([program = '', ...words]) =>
      gateway.run(program, ...words),
    );
    return (await Promise.all(listed)).join('\n');
  },
});
