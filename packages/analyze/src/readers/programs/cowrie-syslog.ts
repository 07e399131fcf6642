import { notice, type Program, patternProgram } from '../program.ts';

/** Cowrie's log for people, sent through syslog; its JSON has a reader of its own. */
export const cowrieSyslog: Program = patternProgram({ service: 'cowrie', tags: ['cowrie'] }, [
  [
    '{_:first}New connection: {client}:{_:number} ({_:first}) [session: {session:first}]',
    notice('connection'),
  ],
]);
