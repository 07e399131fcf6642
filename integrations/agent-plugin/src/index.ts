export { type PluginDefinition, type PluginHost, type PluginWorld, runPlugin } from './run-plugin.ts';
