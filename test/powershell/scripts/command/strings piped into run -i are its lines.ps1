$got = 'one', 'two' | hcs run --rm -i -- sort -r
Assert-Equal @($got) @('two', 'one')
