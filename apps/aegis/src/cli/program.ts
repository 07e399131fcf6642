import { Command } from 'commander';
import { auditCommand } from './audit.ts';
import { checkCommand } from './check.ts';
import { configCommand } from './config.ts';
import { crowdsecCommand } from './crowdsec.ts';
import { decisionsCommand } from './decisions.ts';
import { demoCommand } from './demo.ts';
import { doctorCommand } from './doctor.ts';
import { enforceCommand } from './enforce.ts';
import { feedsCommand } from './feeds.ts';
import { fleetCommand } from './fleet.ts';
import type { CommandContext } from './frame/command-context.ts';
import { EXIT_CODE_MEANINGS } from './frame/exit-codes.ts';
import { guardCommand } from './guard.ts';
import { huntCommand } from './hunt.ts';
import { ingestCommand } from './ingest.ts';
import { keysCommand } from './keys.ts';
import { memoryCommand } from './memory.ts';
import { meshCommand } from './mesh.ts';
import { notifyCommand } from './notify.ts';
import { policyCommand } from './policy.ts';
import { scenarioCommand } from './scenario.ts';
import { sessionsCommand } from './sessions.ts';
import { statsCommand } from './stats.ts';
import { streamCommand } from './stream.ts';
import { topCommand } from './top.ts';
import { upCommand } from './up.ts';
import { versionCommand } from './version.ts';
import { workerCommand } from './worker.ts';

/** The whole of `aegis`. */
export function buildProgram(context: CommandContext): Command {
  const exitCodes = EXIT_CODE_MEANINGS.map(([code, meaning]) => `  ${String(code).padStart(3)}  ${meaning}`);
  return new Command('aegis')
    .description('Open intrusion defence: attacks seen anywhere become decisions enforced everywhere.')
    .addCommand(upCommand(context))
    .addCommand(workerCommand(context))
    .addCommand(checkCommand(context))
    .addCommand(ingestCommand(context))
    .addCommand(huntCommand(context))
    .addCommand(decisionsCommand(context))
    .addCommand(enforceCommand(context))
    .addCommand(crowdsecCommand(context))
    .addCommand(fleetCommand(context))
    .addCommand(policyCommand(context))
    .addCommand(feedsCommand(context))
    .addCommand(scenarioCommand(context))
    .addCommand(sessionsCommand(context))
    .addCommand(statsCommand(context))
    .addCommand(topCommand(context))
    .addCommand(memoryCommand(context))
    .addCommand(streamCommand(context))
    .addCommand(guardCommand(context))
    .addCommand(meshCommand(context))
    .addCommand(notifyCommand(context))
    .addCommand(auditCommand(context))
    .addCommand(keysCommand(context))
    .addCommand(configCommand(context))
    .addCommand(doctorCommand(context))
    .addCommand(demoCommand(context))
    .addCommand(versionCommand(context))
    .addHelpText('after', `\nExit codes:\n${exitCodes.join('\n')}`);
}
