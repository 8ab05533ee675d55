UPDATE orders SET model_key = 'm-1.glb', model_state = 'ready', model_sha256 = repeat('ab', 32), model_bytes = 12164,
    model_facts = '{"size_mm": [20, 2, 1], "triangles": 12}' WHERE number = 'M-3';
