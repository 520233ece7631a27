;; The consumer in C with the producer in JavaScript, which needs WASI of its host.
(component
  @wasi of $producer
  (component $producer)
  (component $consumer)
  (instance $feed (instantiate $producer
    @wasi given to $producer))
  (instance $desk (instantiate $consumer (with "corefuse:flows/feed@0.1.0" (instance $feed "corefuse:flows/feed@0.1.0"))))
  (export "corefuse:flows/desk@0.1.0" (instance $desk "corefuse:flows/desk@0.1.0")))
