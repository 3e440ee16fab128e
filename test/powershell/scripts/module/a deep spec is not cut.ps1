$spec = New-TestSpec sleep, 1
$spec.annotations = @{ a = 'b' }
$spec.windows.resources = @{ memory = @{ limit = 1073741824 } }
$id = New-TestId
$made = New-HcsContainer -Id $id -Spec $spec
Assert-Equal $made.Annotations['a'] 'b'
Remove-TestContainer $id
