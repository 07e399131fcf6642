export { type Element, elementOf, setName } from './element.ts';
export { endOf, type HeldElement } from './held-elements.ts';
export { addCounts, NO_PACKETS, type PacketCounts } from './packet-counts.ts';
export { createPacketFilter, type KernelSets, type PacketFilter } from './packet-filter.ts';
export { type ProgramCommand, runProgram } from './run-program.ts';
