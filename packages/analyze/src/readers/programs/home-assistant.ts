import { failed, type Program, patternProgram } from '../program.ts';

/** Home Assistant. */
export const homeAssistant: Program = patternProgram({ service: 'home-assistant', ownFile: true }, [
  [
    '{_:first}[homeassistant.components.http.ban] Login attempt or request with invalid authentication from {_:first} ({client}).{*}',
    failed(),
  ],
]);
