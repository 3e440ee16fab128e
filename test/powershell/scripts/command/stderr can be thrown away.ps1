$document = hcs state nope 2>$null | ConvertFrom-Json
Assert-Equal $document.error.code 'notFound'
