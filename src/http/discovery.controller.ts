import { ScimController } from './route.js';

@ScimController()
export class DiscoveryController {}
