import { notice, type Program, patternProgram } from '../program.ts';

/** amavisd-new, a filter of mails. */
export const amavis: Program = patternProgram({ service: 'amavis', tags: ['amavis'] }, [
  ['({_:first}) Blocked {kind:first} {{_:first}}, [{client}]:{_:number} {*}', notice('mail_blocked')],
  ['({_:first}) Blocked {kind:first} {{_:first}}, [{client}] {*}', notice('mail_blocked')],
]);
