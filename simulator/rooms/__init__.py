"""What several legs share: conferences and queues. State only; who is told of what is the verbs' business."""
