/** Prints the text of the actors' component, for `corefuse build`. Usage: node write.js LENGTH */
import { actors } from './actors.js';

process.stdout.write(actors(Number(process.argv[2])));
