export { type Element, elementOf, setName } from './element.ts';
export { endOf, type HeldElement } from './held-elements.ts';
export { createPacketFilter, type KernelSets, type PacketFilter } from './packet-filter.ts';
export { type ProgramCommand, runProgram } from './run-program.ts';
