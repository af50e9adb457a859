import { providerContract } from '../contract.ts';
import { openForge } from './forge.ts';

providerContract('GitHub', openForge);
providerContract('GitHub Enterprise Server', () => openForge({ basePath: '/api/v3' }));
