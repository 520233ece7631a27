;; A consumer that gets its feed from a producer; the clock is the host's.
(component
  (component $producer)
  (component $consumer)
  (import "corefuse:flows/clock@0.1.0" (instance $clock
    (export "tick" (func async (result u32)))))
  (instance $feed (instantiate $producer (with "corefuse:flows/clock@0.1.0" (instance $clock))))
  (instance $desk (instantiate $consumer (with "corefuse:flows/feed@0.1.0" (instance $feed "corefuse:flows/feed@0.1.0"))))
  (export "corefuse:flows/desk@0.1.0" (instance $desk "corefuse:flows/desk@0.1.0")))
