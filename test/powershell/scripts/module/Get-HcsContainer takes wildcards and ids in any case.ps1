$id = Start-TestContainer
Assert-Equal (Get-HcsContainer "$($id.Substring(0, 8))*").Id $id
Assert-Equal (Get-HcsContainer $id.ToUpperInvariant()).Id $id
Assert-Equal @(Get-HcsContainer 'no-such-*').Count 0
Remove-TestContainer $id
