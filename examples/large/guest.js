// The guest, as JavaScript that componentize-js turns into a component of some 12 MB (it holds the engine).

import weekday from 'weekday';

/** @param {{name: string, age: number}[]} people */
export function greet(people) {
  if (people.length === 0) throw 'nobody to greet';
  console.log(`greeting ${people.length}`);
  const parts = people.map(({ name, age }) => `${name} (${age})`);
  return `Happy ${weekday()}, ${parts.join(' and ')}! π is ${Math.PI.toFixed(4)}.`;
}
