import { failed, type Program, patternProgram } from '../program.ts';

/** Webmin. */
export const webmin: Program = patternProgram({ service: 'webmin', ownFile: true }, [
  ['] {user} - {client} global miniserv.pl "failed" "-" "wronguser"', failed('unknown_user')],
  ['] {user} - {client} global miniserv.pl "failed" "-" "{_:first}"', failed()],
]);
