Assert-Equal (hcs run --rm -- sh -c 'cat; echo end') 'end'
