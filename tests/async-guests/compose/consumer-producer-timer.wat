;; All three in one: needs nothing of its host.
(component
  (component $timer)
  (component $producer)
  (component $consumer)
  (instance $clock (instantiate $timer))
  (instance $feed (instantiate $producer (with "corefuse:flows/clock@0.1.0" (instance $clock "corefuse:flows/clock@0.1.0"))))
  (instance $desk (instantiate $consumer (with "corefuse:flows/feed@0.1.0" (instance $feed "corefuse:flows/feed@0.1.0"))))
  (export "corefuse:flows/desk@0.1.0" (instance $desk "corefuse:flows/desk@0.1.0")))
