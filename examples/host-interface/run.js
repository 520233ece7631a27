// A host that implements an interface: an object under the interface's name, with a class for its resource. The guest
// never sees the objects, only handles; it gives them back to methods, passes them on, and drops them.

import { instantiate } from 'corefuse';

class Page {
  lines = [];

  constructor(title) {
    this.title = title;
  }

  append(line) {
    // The error of a `result` is thrown; any other exception would be a trap, which ends the guest.
    if (line === '') throw 'an empty line';
    return this.lines.push(line);
  }

  // Called when the guest drops a page that it owns.
  [Symbol.dispose]() {
    console.log(`${this.title} is thrown away`);
  }
}

const pages = {
  Page,
  publish(page) {
    console.log(`${page.title}: ${page.lines.join(' ')}`);
  },
};

const { exports } = await instantiate(new URL('dist/diary.plan.json', import.meta.url), {
  // The version may be left out, or be any of the same track: 0.1.x.
  imports: { 'example:diary/pages': pages },
});
console.log(`${exports.write()} lines published`);
