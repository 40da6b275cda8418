#!/usr/bin/env node
import { runManifestTool } from '../dist/manifest/index.js';

process.exitCode = runManifestTool(process.argv.slice(2), (line) => console.log(line));
