$approved = (Get-Verb).Verb
foreach ($command in Get-Command -Module HostCompute) {
    Assert-True ($approved -contains $command.Verb) $command.Name
    Assert-Match $command.Noun '^Hcs'
}
Assert-Equal @(Get-Command -Module HostCompute).Count 17
