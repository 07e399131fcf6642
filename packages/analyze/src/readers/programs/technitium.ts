import { failed, type Program, patternProgram } from '../program.ts';

/** Technitium DNS server. */
export const technitium: Program = patternProgram({ service: 'technitium', ownFile: true }, [
  [
    '{_:first}] [{client}:{_:number}] {_:first}: Invalid username or password for user: {user:rest}',
    failed(),
  ],
  ['] [{client}:{_:number}] {_:first}: Invalid username or password for user: {user:rest}', failed()],
]);
